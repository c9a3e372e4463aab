function e(t){return{connectionTimeout:3e3,requestTimeout:t,socketTimeout:t,throwOnRequestTimeout:!0}}export{e as a};

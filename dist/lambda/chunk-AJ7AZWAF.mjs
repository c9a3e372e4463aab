function e(n){return typeof n=="number"&&Number.isSafeInteger(n)&&n>0}export{e as a};

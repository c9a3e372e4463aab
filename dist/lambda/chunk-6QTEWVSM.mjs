var t=["fail","wait","attach","skip"],a={fail:!1,wait:!0,attach:!1,skip:!1};export{t as a,a as b};

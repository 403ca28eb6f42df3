// Inside a frame: tell the page around how high the content is.

function tell() {
  if (parent === window) return;
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ socle: "height", height }, "*"); // the height of public data is no secret
}

addEventListener("load", tell);
new ResizeObserver(tell).observe(document.body);

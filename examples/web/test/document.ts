/** Puts the page's own elements into the empty page of the test, before its script runs. */
document.documentElement.innerHTML = await (await fetch('/index.html')).text();

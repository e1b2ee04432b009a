/** Posts what the page says beneath its answer, as soon as it does: its script may end there. */
const place = document.querySelector('#size');
if (place !== null) {
  new MutationObserver(
    () => void fetch('/result', { method: 'POST', body: JSON.stringify(place.textContent) }),
  ).observe(place, { childList: true });
}

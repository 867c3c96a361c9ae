let asked = '';
const see = (clicked) => {
  const mark = element.querySelector('#cited'), box = element.closest('.evidence');
  if (!mark) return;
  box.scrollTop = 0;
  if (!clicked && element.querySelector('.near')) return;
  const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * 0.6;
  if (below > 0) box.scrollTop = below + box.clientHeight * 0.3;
  if (clicked) { mark.scrollIntoView({block: 'nearest'}); mark.focus({preventScroll: true}); }
};
window.datelineClicks?.abort();
window.datelineClicks = new AbortController();
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#cite-"], [data-cite]');
  if (!link) return;
  event.preventDefault();
  asked = link.dataset.cite || link.getAttribute('href').slice('#cite-'.length);
  const open = element.querySelector('[aria-current=true]');
  if (open && open.dataset.cite === asked) see(true); else trigger('select', {key: asked});
}, {capture: true, signal: window.datelineClicks.signal});
watch('value', () => {
  const open = element.querySelector('[aria-current=true]');
  see(Boolean(open) && open.dataset.cite === asked);
  asked = '';
});

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
const ask = (words) => {
  const box = document.querySelector('#question textarea');
  box.value = words;
  box.dispatchEvent(new Event('input', {bubbles: true}));
  box.dispatchEvent(new KeyboardEvent('keypress', {key: 'Enter', bubbles: true, cancelable: true}));
};
// A new question stands at the top of the conversation while its answer grows, until the reader scrolls.
let questions = 0, scrolled = 0;
const toQuestion = () => {
  const asked = document.querySelectorAll('#chat .user-row'), last = asked[asked.length - 1];
  const box = last?.closest('[role=log]');
  if (box && (asked.length > questions || box.scrollTop === scrolled)) {
    box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top;
    scrolled = box.scrollTop;
  }
  questions = asked.length;
};
window.datelineChat?.disconnect();
window.datelineChat = new MutationObserver(toQuestion);
window.datelineChat.observe(document.body, {childList: true, subtree: true});  // the conversation may not be there yet
window.datelineClicks?.abort();
window.datelineClicks = new AbortController();
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#cite-"], a[href="#ask"], [data-cite]');
  if (!link) return;
  event.preventDefault();
  if (link.getAttribute('href') === '#ask') return ask(link.textContent);
  asked = link.dataset.cite || link.getAttribute('href').slice('#cite-'.length);
  const open = element.querySelector('[aria-current=true]');
  if (open && open.dataset.cite === asked) see(true); else trigger('select', {key: asked});
}, {capture: true, signal: window.datelineClicks.signal});
watch('value', () => {
  const open = element.querySelector('[aria-current=true]');
  see(Boolean(open) && open.dataset.cite === asked);
  asked = '';
});
element.addEventListener('click', (event) => {
  const bar = event.target.closest('[data-day]');
  if (!bar) return;
  const only = bar.getAttribute('aria-pressed') === 'false' ? bar.dataset.day : '';
  element.querySelectorAll('[data-day]').forEach((one) => one.setAttribute('aria-pressed', String(one === bar && only !== '')));
  element.querySelectorAll('[data-of-day]').forEach((card) => { card.hidden = !card.dataset.ofDay.startsWith(only); });
  element.querySelectorAll('details.others').forEach((box) => { box.open = box.open || only !== ''; });
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-article]');
  if (button) trigger('select', {key: button.dataset.article});
});

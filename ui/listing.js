element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-article], [data-conversation]');
  if (button) trigger('select', {key: button.dataset.article || button.dataset.conversation});
});

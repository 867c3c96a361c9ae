element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-drop]');
  if (chip) trigger('select', {key: chip.dataset.drop});
});

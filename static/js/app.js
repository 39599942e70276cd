// Small conveniences over pages that work without them. Everything is declared in data-* attributes:
//   data-copy="id"           copies that field's value or that element's text
//   data-copy-text="…"       copies the text itself
//   data-reveal="id"         shows or masks that password field
//   data-confirm="text"      on an input: its form's submit button works once exactly this is typed
//   data-replace-url="path"  the address this page takes on, so that a reload does not send its form again
//   data-announce="text"     on something swapped in: read out by screen readers
//   data-live                what refreshes itself; data-pause is the button that stops and resumes it
//   data-tree                check boxes in branches: one for all (data-tree-all), one for each branch (data-tree-branch)
//   data-theme-form          chooses the colours without leaving the page
// What only works with this script carries data-script, and base.css hides it where scripts are off.
'use strict';

const status = () => document.getElementById('status');

function announce(text) {
  const region = status();
  if (!region) return;
  region.textContent = '';
  // A live region speaks of changes: the same words twice need an empty moment between them.
  requestAnimationFrame(() => { region.textContent = text; });
}

async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Plain http on another host than localhost has no clipboard API.
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('copying was refused');
}

function textToCopy(button) {
  if (button.dataset.copyText !== undefined) return button.dataset.copyText;
  const source = document.getElementById(button.dataset.copy);
  return source.value ?? source.textContent;
}

async function copy(button) {
  const label = button.querySelector('[data-label]');
  try {
    await copyText(textToCopy(button));
    announce(`${button.dataset.what ?? 'Text'} copied`);
    if (!label) return;
    label.dataset.label ||= label.textContent;
    label.textContent = 'Copied';
    setTimeout(() => { label.textContent = label.dataset.label; }, 1600);
  } catch {
    announce('Copying did not work. Select the text and copy it by hand.');
  }
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const hidden = field.type === 'password';
  field.type = hidden ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(hidden));
  button.querySelector('[data-label]').textContent = hidden ? 'Hide' : 'Reveal';
}

function checkConfirmation(input) {
  const button = input.form.querySelector('button[type="submit"]');
  button.disabled = input.value.trim() !== input.dataset.confirm.trim();
}

function checkConfirmations() {
  document.querySelectorAll('[data-confirm]').forEach(checkConfirmation);
}

// What stands above others shows whether all, some or none of them are picked.
function sumUp(box, below) {
  const picked = below.filter((each) => each.checked).length;
  box.checked = picked === below.length;
  box.indeterminate = picked > 0 && !box.checked;
}

function sumUpTree(tree) {
  const leaves = (part) => [...part.querySelectorAll('[data-tree-leaf]')];
  for (const branch of tree.querySelectorAll('[data-branch]')) sumUp(branch.querySelector('[data-tree-branch]'), leaves(branch));
  const all = tree.querySelector('[data-tree-all]');
  if (all) sumUp(all, leaves(tree));
}

function pick(box) {
  const tree = box.closest('[data-tree]');
  const part = box.matches('[data-tree-all]') ? tree : box.closest('[data-branch]');
  if (!box.matches('[data-tree-leaf]')) {
    part.querySelectorAll('[data-tree-leaf]').forEach((leaf) => { leaf.checked = box.checked; });
  }
  sumUpTree(tree);
}

function pause(button) {
  const paused = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? 'Resume' : 'Pause';
  announce(paused ? 'Updates paused' : 'Updates resumed');
}

async function chooseTheme(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
  // The redirect to this very page, which a script cannot look into.
  if (answer.type !== 'opaqueredirect') return;
  document.documentElement.dataset.theme = button.value;
  form.querySelectorAll('button').forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-text], [data-reveal], [data-pause]');
  if (!button) return;
  if (button.dataset.reveal) reveal(button);
  else if (button.dataset.pause !== undefined) pause(button);
  else copy(button);
});

document.addEventListener('input', (event) => {
  if (event.target.matches('[data-confirm]')) checkConfirmation(event.target);
});

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-tree] input')) pick(event.target);
});

document.addEventListener('focusin', (event) => {
  if (event.target.matches('.secret-box input')) event.target.select();
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector('input[type="search"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A second click while a form is on its way would send it twice.
document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (event.target.matches('[data-theme-form]')) {
    event.preventDefault();
    chooseTheme(event.target, button);
  } else if (button && event.target.method === 'post') {
    setTimeout(() => { button.disabled = true; });
  }
});

// A page that comes back from the browser's cache must not keep its buttons off.
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  document.querySelectorAll('button:disabled').forEach((button) => { button.disabled = false; });
  checkConfirmations();
});

// Nobody looks at a hidden tab: refreshing it would only cost.
document.addEventListener('htmx:before:request', (event) => {
  if (!event.target.matches?.('[data-live]')) return;
  const paused = document.querySelector('[data-pause][aria-pressed="true"]');
  if (document.hidden || paused) event.preventDefault();
});

document.addEventListener('htmx:after:swap', (event) => {
  if (event.target.matches?.('[data-live]')) return;
  const news = document.querySelector('[data-announce]');
  if (news) announce(news.dataset.announce);
});

const replacement = document.querySelector('[data-replace-url]');
if (replacement) history.replaceState(null, '', replacement.dataset.replaceUrl);
checkConfirmations();
document.querySelectorAll('[data-tree]').forEach(sumUpTree);

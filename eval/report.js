"use strict";
// The questions of a report, one by one. Every word of them is somebody else's: it becomes a text node, never markup.

const data = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("list");

/** An element with these properties and children; of a property or child that is words, the words. */
function make(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

/** Somebody else's words, kept from turning the words around them the other way. */
const words = (name, text, className = "") => make(name, { className, dir: "auto" }, text);
const badge = (verdict) => make("span", { className: `badge ${verdict.replace(" ", "-")}` }, verdict);
const label = (text) => make("span", { className: "label" }, text);
const quiet = (text) => make("span", { className: "quiet" }, text);
const block = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

/** An article's title, and below it where and when it was published, and whatever else there is to say of it. */
function article(at, ...more) {
  const [title, outlet, published] = data.articles[at];
  const facts = [outlet && words("span", outlet), published].filter(Boolean);
  const line = facts.flatMap((one) => [one, " · "]).slice(0, -1);
  return make("div", { className: "head" }, words("b", title), make("span", { className: "quiet" }, ...line, ...more));
}

/** The words of a hit with those quoted marked; offsets count code points, as they do in Python. */
function marked(text, marks) {
  const letters = Array.from(text);
  const node = words("p", "", "words");
  let at = 0;
  for (const [start, end, numbers] of marks) {
    const mark = make("mark", { title: `citation ${numbers.join(", ")}` }, letters.slice(start, end).join(""));
    mark.dataset.numbers = numbers.map((number) => `[${number}]`).join("");
    node.append(letters.slice(at, start).join(""), mark);
    at = end;
  }
  node.append(letters.slice(at).join(""));
  return node;
}

function hit(one) {
  const [at, text] = data.passages[one.passage];
  const labels = one.relevant ? [label("relevant")] : [];
  labels.push(...one.evidence.map((number) => label(`evidence ${number}`)));
  const head = article(at, " · ", make("span", { className: "score" }, `score ${one.score}`), ...labels);
  return make("li", { className: one.relevant ? "relevant" : "" }, head, marked(text, one.marks));
}

function hits(question) {
  const ranks = question.evidence.map((rank, at) => `evidence ${at + 1} ${rank ? `first in hit ${rank}` : "not found"}`);
  const missing = question.missing.map((name) => words("li", name));
  return block(
    `Hits: ${question.hits.length || "none"}`,
    ranks.length ? make("p", { className: "quiet" }, ranks.join("; ")) : "",
    make("ol", { className: "hits" }, ...question.hits.map(hit)),
    missing.length ? make("div", {}, quiet("Relevant, and not found:"), make("ul", {}, ...missing)) : "",
  );
}

function cited(question, one) {
  const says = one.carries ? "carries the answer" : "does not carry an accepted answer, or its article is not relevant";
  const quote = make("blockquote", { dir: "auto" }, one.quote);
  const verdict = question.answerable ? quiet(says) : "";
  return make("li", { value: one.number }, article(one.article), quote, verdict);
}

function expected(question) {
  if (question.wanted.length) {
    return block("Expected", make("ul", {}, ...question.wanted.map((one) => words("li", one))));
  }
  return question.answerable === false ? block("Expected", make("p", {}, "To decline: the articles do not say.")) : "";
}

function answer(question) {
  if (!question.text) return "";
  return block(
    question.answered ? "Answer" : "Declined",
    words("p", question.text, "words"),
    make("ol", { className: "cited" }, ...question.cited.map((one) => cited(question, one))),
  );
}

/** Names and values in one row; names of tags and measures are somebody else's, too. */
function facts(title, values) {
  const rows = Object.entries(values).map(([name, value]) =>
    make("div", {}, words("dt", name), words("dd", String(value))),
  );
  return rows.length ? block(title, make("dl", {}, ...rows)) : "";
}

function detail(question) {
  const about = { id: question.id, ...(question.mode && { "answered by": question.mode }) };
  if (question.tokens) about.tokens = question.tokens;
  return make(
    "div",
    { className: "detail" },
    make(
      "div",
      { className: "said" },
      question.error ? block("Failed", words("p", question.error, "error")) : "",
      expected(question),
      answer(question),
      facts("Judged by a language model", question.judged),
      facts("Seconds", question.seconds),
      facts("Tags", question.tags),
      facts("Question", about),
    ),
    make("div", {}, hits(question)),
  );
}

/** A question as a row; what is in it is made when it is first opened. */
function row(question) {
  const confidence = question.confidence === null ? "–" : question.confidence.toFixed(2);
  const summary = make(
    "summary",
    {},
    badge(question.verdict),
    words("span", question.question, "asked"),
    make("span", { className: "confidence", title: "confidence" }, confidence),
  );
  const node = make("details", {}, summary);
  node.addEventListener("toggle", () => node.append(detail(question)), { once: true });
  const said = [question.id, question.question, question.text, question.error, ...question.wanted];
  return { question, node, said: said.join("\n").toLowerCase() };
}

const rows = data.questions.map(row);
const controls = document.getElementById("controls");

function wanted({ question, said }, { verdict, tag, search }) {
  const [name, value] = tag ? JSON.parse(tag) : [];
  return (
    (!verdict || question.verdict === verdict) &&
    (!tag || question.tags[name] === value) &&
    search.toLowerCase().split(/\s+/).every((word) => said.includes(word))
  );
}

function filter() {
  const given = Object.fromEntries(new FormData(controls));
  let shown = 0;
  for (const one of rows) {
    one.node.hidden = !wanted(one, given);
    shown += !one.node.hidden;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} questions`;
}

function order() {
  const sign = { high: -1, low: 1 }[controls.elements.order.value];
  const sorted = sign ? [...rows].sort((a, b) => sign * (a.question.confidence - b.question.confidence)) : rows;
  list.append(...sorted.map((one) => one.node));
}

controls.addEventListener("input", filter);
controls.elements.order.addEventListener("change", order);
controls.addEventListener("submit", (event) => event.preventDefault());
controls.hidden = false;
order();
filter();

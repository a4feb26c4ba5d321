// Answers a line {"card": …, "texts": […]} with what is wrong: by Microsoft's library for Adaptive Cards, and by
// markdown-it, which makes of each text whatever a client could.
const { createRequire } = require("module");
const { createInterface } = require("readline");

const installed = createRequire(`${process.argv[2]}/`);
const cards = installed("adaptivecards/dist/adaptivecards.js");
const markdown = installed("markdown-it")({ html: true, linkify: true, typographer: false });

// What Teams has and the library does not, or not in this version.
const OF_TEAMS = [/^Unknown element type "Chart\.HorizontalBar"\. Fallback/, /^Property "choices\.data" is supported in/];

function problems(content) {
  const context = new cards.SerializationContext(cards.Versions.v1_5);
  const card = new cards.AdaptiveCard();
  card.parse(content, context);
  const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
  const found = card.validateProperties().validationEvents.map((event) => event.message);
  return [...events, ...found].filter((message) => !OF_TEAMS.some((known) => known.test(message)));
}

function markup(text) {
  const plain = text.trim() ? `<p>${markdown.utils.escapeHtml(text.trim())}</p>\n` : "";
  return markdown.render(text) === plain ? [] : [`markdown makes ${markdown.render(text)} of ${text}`];
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { card, texts } = JSON.parse(line);
  console.log(JSON.stringify([...problems(card), ...texts.flatMap(markup)]));
});

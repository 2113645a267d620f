// Runs the cases of test_sdk.py with OpenAI's client for Node: reads {base, body} from stdin, prints what it got as JSON.
const OpenAI = require("openai").default ?? require("openai");

async function main() {
  const { base, body } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const client = new OpenAI({ apiKey: "sk-test", baseURL: base, maxRetries: 0, timeout: 20000 });
  const create = (model, more = {}) => client.chat.completions.create({ ...body, model, ...more });
  const stream = async (model) => {
    const seen = [];
    for await (const chunk of await create(model, { stream: true, stream_options: { include_usage: true } })) seen.push(chunk);
    return seen;
  };
  const format = { type: "json_schema", json_schema: { name: "cause", schema: { type: "object" } } };
  const cases = {
    plain: () => create("plain"),
    calls: () => create("calls"),
    streamed: () => stream("plain"),
    "streamed calls": () => stream("calls"),
    parsed: async () => JSON.parse((await create("json", { response_format: format })).choices[0].message.content),
    models: async () => (await client.models.list()).data,
    bad: () => create("bad"),
    key: () => create("key"),
    busy: () => create("busy"),
    down: () => create("down"),
    half: () => stream("half"),
  };
  const found = {};
  for (const [name, work] of Object.entries(cases)) {
    try {
      found[name] = await work();
    } catch (e) {
      found[name] = name === "half" ? "broken" : [e.constructor.name, e.status ?? null, e.message];
    }
  }
  process.stdout.write(JSON.stringify(found));
}

main();

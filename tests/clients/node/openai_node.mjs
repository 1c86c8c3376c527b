// openai-node against a server: chat, stream, the client's own tool loop, pictures, errors.
import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: "any", maxRetries: 0 });
const ask = (content) => [{ role: "user", content }];

const ids = [];
for await (const model of client.models.list()) ids.push(model.id);
assert.ok(ids.includes("chat"));

const whole = await client.chat.completions.create({ model: "chat", messages: ask("hello") });
assert.ok(whole.choices[0].message.content);
assert.ok(whole.usage.total_tokens > 0);

let streamed = "";
const stream = await client.chat.completions.create({ model: "chat", messages: ask("hello"), stream: true });
for await (const chunk of stream) streamed += chunk.choices[0]?.delta?.content ?? "";
assert.equal(streamed, whole.choices[0].message.content);

const cities = [];
const runner = client.chat.completions.runTools({
  model: "chat",
  messages: ask("What is the weather in Paris?"),
  tools: [
    {
      type: "function",
      function: {
        name: "get_weather",
        description: "Tell the weather of a city.",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        parse: JSON.parse,
        function: ({ city }) => {
          cities.push(city);
          return `18 degrees in ${city}`;
        },
      },
    },
  ],
});
assert.match(await runner.finalContent(), /18 degrees in Paris/);
assert.deepEqual(cities, ["Paris"]);

const picture = await client.images.generate({ model: "draws", prompt: "a fox" });
assert.ok(picture.data[0].b64_json.startsWith("iVBOR"));

await assert.rejects(client.chat.completions.create({ model: "nobody", messages: ask("x") }), OpenAI.NotFoundError);
console.log("openai-node: passed");

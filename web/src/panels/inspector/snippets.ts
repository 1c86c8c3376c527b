/** Lines to copy into other programs. */

/** A workflow as a model, in Python with the OpenAI SDK. */
export function chatSnippet(url: string, id: string, token = false): string {
  return `from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${token ? "your token" : "none"}")
answer = client.chat.completions.create(
    model="${id}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;
}

/** All that is published, for an MCP host. */
export function mcpSnippet(url: string, token = false): string {
  const command = `claude mcp add --transport http nodebuilder ${url}/mcp`;
  return token ? `${command} \\\n  --header "Authorization: Bearer your-token"` : command;
}

/** What a new person finds: a sentence, a picture made of it, and a place to see it. */

import { documentWith } from "../model/document";
import type { Json, NodeDefinition, WorkflowDocument } from "../model/types";

/** The default of a choice, or the first option that carries no warning when the default does. */
export function soundOption(definition: NodeDefinition | undefined, name: string): Record<string, Json> {
  const widget = definition?.widgets.find((one) => one.name === name);
  const warnings = widget?.option_warnings ?? {};
  if (!widget || !(String(widget.default) in warnings)) return {};
  const option = widget.options?.find((one) => !(String(one) in warnings));
  return option === undefined ? {} : { [name]: option };
}

export function firstDocument(library: ReadonlyMap<string, NodeDefinition>): WorkflowDocument {
  const values = { quality: "low", ...soundOption(library.get("gpt_image"), "model") };
  return documentWith({
    name: "My first picture",
    nodes: {
      prompt: {
        type: "text",
        values: { value: "A majestic lion on a rock at sunset, wide savanna behind it" },
      },
      image: { type: "gpt_image", values },
      show: { type: "display_output", values: { content_type: "image" } },
    },
    links: ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
    start: "prompt",
    layout: { prompt: [0, 80], image: [272, 0], show: [544, 40] },
  });
}

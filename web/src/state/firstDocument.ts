/** What a new person finds: a sentence, a picture made of it, and a place to see it. */

import { documentWith } from "../model/document";
import type { WorkflowDocument } from "../model/types";

export const firstDocument: WorkflowDocument = documentWith({
  name: "My first picture",
  nodes: {
    prompt: {
      type: "text",
      values: { value: "A majestic lion on a rock at sunset, wide savanna behind it" },
    },
    image: { type: "gpt_image" },
    show: { type: "display_output" },
  },
  links: ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
  start: "prompt",
  layout: { prompt: [0, 80], image: [272, 0], show: [544, 40] },
});

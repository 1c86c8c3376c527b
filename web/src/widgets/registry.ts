/** Which control stands for which kind of widget. */

import type { ComponentType } from "react";
import type { WidgetKind } from "../model/types";
import { CodeWidget } from "./CodeWidget";
import { ComboWidget } from "./ComboWidget";
import { ImageWidget } from "./ImageWidget";
import { NumberWidget } from "./NumberWidget";
import { SecretWidget } from "./SecretWidget";
import { SliderWidget } from "./SliderWidget";
import { TextWidget } from "./TextWidget";
import { ToggleWidget } from "./ToggleWidget";
import type { WidgetProps } from "./types";

const CONTROLS: Record<WidgetKind, ComponentType<WidgetProps>> = {
  text: TextWidget,
  number: NumberWidget,
  slider: SliderWidget,
  toggle: ToggleWidget,
  combo: ComboWidget,
  secret: SecretWidget,
  image: ImageWidget,
  code: CodeWidget,
};

/** The control of a kind; kinds of a newer server are edited as text. */
export function controlOf(kind: string): ComponentType<WidgetProps> {
  return CONTROLS[kind as WidgetKind] ?? TextWidget;
}

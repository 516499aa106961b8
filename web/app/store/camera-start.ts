/** Whether the camera is to start as soon as its panel is shown: it was asked for by name. A link or a tab alone does not start it. */
export const cameraStart = { wanted: false };

// Stands behind axe-core. `barriers` says what of WCAG 2.0, 2.1 and 2.2, level A and AA, is violated in
// what is shown now, a line for each element.
window.barriers = async () => {
  // A slide that is fading in could not be seen yet.
  for (const moving of document.getAnimations()) moving.finish();
  const { passes, incomplete, violations } = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    resultTypes: ["violations"],
  });
  // What axe-core holds for hidden it does not look at, and finds nothing wrong with.
  const tried = [...passes, ...incomplete, ...violations].map(({ id }) => id);
  if (!tried.includes("color-contrast")) return ["axe-core has seen no words here"];
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const [first] = [...any, ...all, ...none];
      return `${id} (${help}) at ${target.flat().join(" ")}: ${first?.message ?? ""}`;
    }));
};

// Texts that stand below each other must not overlap. Pure: (wanted heights) -> heights.

/** `notes` ({y, …}) in their order from top to bottom, moved as little as keeps them `pitch` apart and above `bottom`. */
export function spaced(notes, pitch, bottom) {
  const placed = [...notes].sort((one, other) => one.y - other.y).map((note) => ({ ...note }));
  placed.forEach((note, i) => i && (note.y = Math.max(note.y, placed[i - 1].y + pitch)));
  for (let i = placed.length - 1; i >= 0; i -= 1)
    placed[i].y = Math.min(placed[i].y, i + 1 < placed.length ? placed[i + 1].y - pitch : bottom);
  return placed;
}

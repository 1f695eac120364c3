// Numbers as the kernel sends them.

/** Out of a message part, which may start anywhere. */
export function numbers(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

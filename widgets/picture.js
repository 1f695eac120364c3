// A picture that the kernel sends as PNG, with words for those who do not see it.

export default {
  render({ model, el }) {
    const image = el.appendChild(document.createElement("img"));
    image.className = "wb-picture";
    let address = "";
    const show = () => {
      const before = address, png = model.get("png");
      image.hidden = !png?.byteLength;
      address = image.hidden ? "" : URL.createObjectURL(new Blob([png], { type: "image/png" }));
      image.alt = model.get("alt");
      image.src = address;
      URL.revokeObjectURL(before);
    };
    model.on("change:png", show);
    show();
    return () => {
      model.off("change:png", show);
      URL.revokeObjectURL(address);
    };
  },
};

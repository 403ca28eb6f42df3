// A button that copies the text beside it. The text is there to be copied by hand as well.

export function copyButtons(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) continue;
    button.classList.add("ready");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        const said = button.textContent;
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = said; }, 2000);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(source);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
      }
    });
  }
}

// Her own if-then sentences, said again: read from this device, never sent.
const own = document.getElementById("own");
try {
  const kept = Object.keys(localStorage).filter((key) => key.startsWith("if-then ")).sort();
  for (const key of kept) {
    const sentence = document.createElement("p");
    sentence.className = "sentence";
    sentence.textContent = localStorage.getItem(key);
    own.append(sentence);
  }
  own.hidden = !kept.length;
} catch { /* a browser that keeps nothing has nothing to say */ }

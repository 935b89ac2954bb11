// Passkeys: fetch the question, let the browser ask the device, send the answer with the form. Without this file the
// form stays hidden, and codes are what is left.
const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const read = question => {
  question.challenge = bytes(question.challenge);
  if (question.user) question.user.id = bytes(question.user.id);
  for (const known of [...question.allowCredentials ?? [], ...question.excludeCredentials ?? []]) known.id = bytes(known.id);
  return question;
};

const written = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = parts.filter(part => response[part]).map(part => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(sent), clientExtensionResults: {} });
};

const ask = async form => {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  const got = await fetch(form.dataset.passkey, { method: "POST", body });
  if (!got.ok) throw new Error(got.status);
  const publicKey = read(await got.json());
  form.elements.answer.value = written(await navigator.credentials[publicKey.user ? "create" : "get"]({ publicKey }));
};

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const button = form.querySelector("button"), failed = form.querySelector("[data-failed]");
  form.hidden = false;
  document.querySelector("[data-no-passkey]")?.remove();
  form.addEventListener("submit", async event => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      await ask(form);
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

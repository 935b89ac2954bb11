// Words on this device, until the server has them. Signing out erases them (trainer.js, and Clear-Site-Data).
export function keeper(key) {
  let held = null;
  const tryTo = (action, otherwise) => { try { return action(); } catch { return otherwise; } };
  return {
    // -> whether there was room
    put: (words, base) => tryTo(() => { localStorage.setItem(key, JSON.stringify({ words, base, at: Date.now(), ...(held ? { older: held } : {}) })); return true; }, false),
    get: () => tryTo(() => JSON.parse(localStorage.getItem(key)), null),
    // Until a person has decided about older words, newer ones do not take their place.
    hold(older) { held = older; },
    drop: () => tryTo(() => held ? localStorage.setItem(key, JSON.stringify(held)) : localStorage.removeItem(key)),
    choice: name => tryTo(() => localStorage.getItem(`editor:${name}`), null),
    choose: (name, value) => tryTo(() => localStorage.setItem(`editor:${name}`, value)),
  };
}

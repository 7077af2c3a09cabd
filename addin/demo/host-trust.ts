// office.js over plain http asks a page in its own folder whether the person trusts the host. In the demo the host is
// this same server, so the answer is yes, and it goes to our own origin alone.
window.parent.postMessage(JSON.stringify({ hostUserTrusted: true }), window.location.origin);

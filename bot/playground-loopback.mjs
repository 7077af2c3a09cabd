// Preloaded into the Playground, which listens on all interfaces and has no option for it: every server of that process
// binds to this machine alone.
import net from 'node:net';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenOnLoopback(...given) {
  const callback = given.find((argument) => typeof argument === 'function');
  const port = typeof given[0] === 'object' && given[0] !== null ? given[0].port : given[0];
  if (port === undefined || Number.isNaN(Number(port))) throw new Error('The Playground asked to listen on something other than a port.');
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, ...(callback ? [callback] : []));
};

// The start of Humphrey holds the other end of this channel: when it is gone, so is the Playground.
process.on('disconnect', () => process.exit(0));

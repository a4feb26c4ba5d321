// The playground listens on all interfaces and has no option against that. Nobody else is to reach it.
const { Server } = require("node:net");

const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...more) {
  return listen.call(this, port, "127.0.0.1", ...more.filter((each) => typeof each === "function"));
};

# The application of a pod: HTTP on one port, which tells who asked whom, and an echo of lines.
import http.server, socket, socketserver, sys, threading

name, http_port, echo_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def plain(address):
    return address[7:] if address.startswith('::ffff:') else address

class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = f'{name} saw {plain(self.client_address[0])}'.encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(name.encode() + b' ' + line)

class Both:
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512
    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

class Http(Both, http.server.ThreadingHTTPServer): pass
class Lines(Both, socketserver.ThreadingTCPServer): pass

lines = Lines(('::', echo_port), Echo)
threading.Thread(target=lines.serve_forever, daemon=True).start()
Http(('::', http_port), Answer).serve_forever()

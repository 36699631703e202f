# A node agent as Istio's: tells a ztunnel of pods by the ZDS protocol, one packet, one answer.
# Arguments: the socket, then namespace/name/account=/path/of/netns for each pod.
import os, socket, sys

def field(number, payload):
    assert len(payload) < 128
    return bytes([number << 3 | 2, len(payload)]) + payload

def add(pod):
    name, netns = pod.split('=', 1)
    namespace, name, account = name.split('/')
    info = field(1, name.encode()) + field(2, namespace.encode()) + field(3, account.encode())
    request = field(1, field(1, ('uid-' + name).encode()) + field(2, info))
    return request, [os.open(netns, os.O_RDONLY)]

path, pods = sys.argv[1], sys.argv[2:]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(path)
listener.listen(1)
print('listening', flush=True)
while True:
    peer, _ = listener.accept()
    assert peer.recv(1024) == b'\x08\x01', 'expected a hello of version 1'
    for request, descriptors in [add(pod) for pod in pods] + [(field(3, b''), [])]:
        socket.send_fds(peer, [request], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        answer = peer.recv(1024)
        print('answer', answer.hex(), flush=True)
    peer.recv(1024)

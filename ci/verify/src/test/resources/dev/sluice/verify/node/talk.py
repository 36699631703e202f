# A connection that a test holds: lines from standard input go out, what comes goes to standard output.
import socket, sys, threading

def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()

try:
    peer = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10)
except OSError as refused:
    say(f'(refused) {refused}\n')
    sys.exit(1)
peer.settimeout(None)

def hear():
    try:
        while True:
            data = peer.recv(65536)
            if not data:
                say('(end)\n')
                return
            say(data.decode())
    except OSError:
        say('(reset)\n')

listener = threading.Thread(target=hear)
listener.start()
try:
    for line in sys.stdin:
        peer.sendall(line.encode())
    peer.shutdown(socket.SHUT_WR)
except OSError:
    pass
listener.join()

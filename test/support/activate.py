# Does what a socket unit of systemd does: listens, and starts the program when somebody connects; again when it ended.
#   python3 activate.py SOCKET MODE PROGRAM [WORDS]
# Says `pid N` when it has started, and `ended STATUS` when it is over. Ends with its standard input.
import os, select, socket, sys

path, mode, program = sys.argv[1], int(sys.argv[2], 8), sys.argv[3:]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
os.chmod(path, mode)
listener.listen(128)
print("listening", flush=True)
while True:
    ready, _, _ = select.select([listener, sys.stdin], [], [])
    if sys.stdin in ready:
        sys.exit()
    child = os.fork()
    if child == 0:
        null = os.open("/dev/null", os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.closerange(4, 4096)
        environment = {"PATH": os.environ["PATH"], "LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
        os.execve(program[0], program, environment)
    print(f"pid {child}", flush=True)
    _, status = os.waitpid(child, 0)
    print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)

"""Runs Keystone on a free port of 127.0.0.1 and prints the port. Arguments: the folder of its data, the password.

SQLite and Fernet tokens; the account `admin` has the role admin in project `admin` and in the system.
"""

import os
import subprocess
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

folder, password = sys.argv[1:]
conf = os.path.join(folder, 'keystone.conf')
keys = os.path.join(folder, 'keys')
os.makedirs(keys, mode=0o700)
with open(conf, 'w') as file:
    file.write(
        f'[DEFAULT]\nlog_file = {folder}/keystone.log\n'
        f'[database]\nconnection = sqlite:///{folder}/keystone.db\n'
        f'[fernet_tokens]\nkey_repository = {keys}\n[fernet_receipts]\nkey_repository = {keys}\n'
    )


def manage(*arguments):
    program = os.path.join(os.path.dirname(sys.executable), 'keystone-manage')
    subprocess.run([program, '--config-file', conf, *arguments], check=True, stdout=sys.stderr)


manage('db_sync')
manage('fernet_setup', '--keystone-user', str(os.getuid()), '--keystone-group', str(os.getgid()))
manage('bootstrap', '--bootstrap-password', password)

sys.argv = ['keystone', '--config-file', conf]
os.environ['OS_KEYSTONE_CONFIG_FILES'] = conf
from keystone.server.wsgi import initialize_public_application  # noqa: E402 reads the configuration


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *arguments):
        pass


server = make_server('127.0.0.1', 0, initialize_public_application(), server_class=Server, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()

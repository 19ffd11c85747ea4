# Made by Gatescope at each start; changes are lost.
ServerName localhost
ServerRoot {{ folder }}
DefaultRuntimeDir {{ folder }}
PidFile {{ pid_file }}
ErrorLog /dev/stderr
LogLevel warn
{% for name, path in modules %}LoadModule {{ name }}_module {{ path }}
{% endfor %}# In memory that dies with the processes; files and semaphores of the system would stay after SIGKILL.
Mutex pthread default

Listen {{ host }}:{{ port }}
# One process holds the connections; whoever finds no thread in it waits in the kernel's backlog.
StartServers 1
ServerLimit 1
ThreadLimit 256
ThreadsPerChild 256
MaxRequestWorkers 256
MinSpareThreads 1
MaxSpareThreads 256
ThreadStackSize 262144
# Far above the longest lesson.
Timeout 900
GracefulShutdownTimeout 2

# Below the working folder, which is this one: a socket's whole path may have 107 bytes.
WSGISocketPrefix /proc/self/cwd/wsgi
WSGIRestrictEmbedded On
WSGIDaemonProcess shop processes=1 threads=${THREADS} listen-backlog=1024 shutdown-timeout=2 \
    python-home={{ python_home }} home={{ project }} python-path={{ python_path }}
WSGIProcessGroup shop
# The main interpreter: extensions in C need it.
WSGIApplicationGroup %{GLOBAL}
WSGIScriptAlias / {{ script }}
<Directory {{ samples }}>
    Require all granted
</Directory>

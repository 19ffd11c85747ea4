[Unit]
Description={{ project }}: {{ server.name }} ({{ server.interface|upper }})
After=network.target

[Service]
Type=notify
NotifyAccess=main
User=www-data
WorkingDirectory={{ home }}
ExecStart={{ home }}/.venv/bin/{{ command }}
ExecReload=/bin/kill -s HUP $MAINPID
KillMode=mixed
TimeoutStopSec={{ forced_stop_s }}
Restart=on-failure
LimitNOFILE={{ many_files }}
PrivateTmp=true

[Install]
WantedBy=multi-user.target

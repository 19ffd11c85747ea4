proxy_pass http://$gatescope_upstream;
proxy_http_version {{ route.http_version }};
{% if route.upgrade %}proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $connection_upgrade;
{% else %}proxy_set_header Connection close;
{% endif %}proxy_set_header Host $http_host;
proxy_set_header X-Request-Start t=${msec};
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_read_timeout {{ route.patience_s }}s;
proxy_send_timeout {{ route.patience_s }}s;
{% if not route.buffered %}proxy_buffering off;
proxy_request_buffering off;
{% endif %}

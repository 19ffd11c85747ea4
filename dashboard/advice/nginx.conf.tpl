{% for upstream in upstreams %}upstream {{ upstream.name }} { server {{ upstream.address }}; }
{% endfor %}
{% if upgrade %}map $http_upgrade $connection_upgrade { default upgrade; '' close; }

{% endif %}server {
    listen 80;
    server_name example.com;
    client_max_body_size 10m;
{% for location in locations %}
    location {{ location.path }} {
        proxy_pass http://{{ location.upstream }};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        # When it set out for the server: with it, what waits in the server's queue can be seen.
        proxy_set_header X-Request-Start t=${msec};
{% if location.kind == "websockets" %}        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
{% elif location.kind == "streams" %}        proxy_buffering off;
{% endif %}        proxy_read_timeout {{ location.patience }};
    }
{% endfor %}}

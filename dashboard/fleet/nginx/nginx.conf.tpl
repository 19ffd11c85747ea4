# Made by Gatescope at each start; changes are lost.
daemon off;
# One process: with a master nginx writes titles over its environment, by which its supervisor finds it.
master_process off;
pid nginx.pid;
# With notices, so that its version stands in the log.
error_log stderr notice;
events { worker_connections {{ connections }}; }

http {
{% if resolvers %}    resolver {{ resolvers|join:" " }} valid={{ names_last_s }}s;
{% endif %}    log_format passage escape=json '{{ log_line }}';
{% for log in logs %}    access_log {{ log }} passage;
{% empty %}    access_log off;
{% endfor %}{# Only the error log says that a server did not finish an answer. #}    error_log stderr notice;
{% for log in logs %}    error_log {{ log }} error;
{% endfor %}
    client_body_temp_path body;
    proxy_temp_path proxy;
    uwsgi_temp_path uwsgi;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    client_max_body_size {{ largest_body }};
    server_names_hash_bucket_size 128;
    server_names_hash_max_size 2048;
    ssl_certificate {{ certificate }};
    ssl_certificate_key {{ key }};

    # Without an upgrade each request has a connection of its own, as the servers are used to.
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }

    server {
        listen {{ http }} default_server;
        listen {{ tls }} ssl http2 default_server;
        access_log off;
        return 404 "Nothing stands behind this name: expected SERVER.localhost, such as uvicorn.localhost.\n";
    }
{% for server in servers %}
    server {
        listen {{ server.address }};
        server_name {{ server.host }};
        set $gatescope_way {{ server.route }};
{% for location in server.locations %}        location {{ location.paths }} {
            set $gatescope_server {{ location.upstream.name }};
            set $gatescope_upstream {{ location.upstream.host }}:{{ location.upstream.port }};
{{ location.settings }}        }
{% endfor %}    }
{% endfor %}}

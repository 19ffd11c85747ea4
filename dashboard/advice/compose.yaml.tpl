services:
{% for name, command in commands.items %}  {{ name }}:
    build: .
    command: {{ command }}
    init: true
    restart: unless-stopped
    stop_grace_period: {{ forced_stop_s }}s
{% if redis %}    environment: {REDIS_URL: "redis://redis:6379/0"}
{% endif %}
{% endfor %}  nginx:
    image: nginx:stable
    restart: unless-stopped
    depends_on: {{ names }}
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]{% if redis %}

  redis:
    image: redis:8-alpine
    restart: unless-stopped{% endif %}

#!/bin/busybox sh
# As init.sh, with systemd as what is run: its units are those of the project, and what is to be tested is a service.
PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for word in $(cat /proc/cmdline); do
  case $word in
    storwarden.*) export "${word#storwarden.}" ;;
  esac
done
for module in /modules/*; do insmod "$module" || echo "$module: not loaded"; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /lower
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work root /root
# Where no unit keeps the service from it, wherever it is on the host.
project_here=/opt/storwarden
mkdir -p /root/lib/modules "/root$project_here"
mount --bind "/root$modules" /root/lib/modules
mount --bind "/root$project" "/root$project_here"
mount -t tmpfs -o mode=755 tmpfs /root/run
mount -t tmpfs -o mode=1777 tmpfs /root/tmp
# Nothing of the host is started.
: > /root/etc/fstab
# Else it is the first start, at which all units are looked at.
echo 0123456789abcdef0123456789abcdef > /root/etc/machine-id
rm -rf /root/etc/systemd/system
units=/root/run/systemd/system
mkdir -p /root/etc/systemd/system "$units" /root/run/lock
for unit in storwarden-privileged.service storwarden-privileged.socket; do
  sed -e "s#^ExecStart=.*#ExecStart=$node $project_here/dist/src/privileged/main.js --user root#" \
    -e 's#^SocketGroup=.*#SocketGroup=root#' "/root$project_here/systemd/$unit" > "$units/$unit"
done
cat > "$units/storwarden-vm.service" << END
[Unit]
After=dbus.socket systemd-udevd.service
[Service]
Type=oneshot
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS1
Environment=CI=true HOME=/tmp
WorkingDirectory=$project_here
ExecStart=$node ${run//,/ }
ExecStopPost=/bin/sh -c 'echo "storwarden: ended with \$EXIT_STATUS" > /dev/ttyS1; echo o > /proc/sysrq-trigger'
END
cat > "$units/storwarden-vm.target" << END
[Unit]
Requires=basic.target dbus.socket systemd-udevd.service
Wants=storwarden-privileged.socket storwarden-vm.service
After=basic.target
END
umount /proc /sys
mount --move /dev /root/dev
exec switch_root /root /lib/systemd/systemd --unit=storwarden-vm.target

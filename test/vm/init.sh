#!/bin/busybox sh
# The first process of the virtual machine: its root is that of the host, read-only, with a layer in memory above
# it. What is to be run is on the command line of the kernel; its output goes to the second serial port, and behind
# it how it ended.
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
# Nobody may be left to switch it off.
(sleep "$seconds"; echo "not done within $seconds s"; echo o > /proc/sysrq-trigger) &
for module in /modules/*; do insmod "$module" || echo "$module: not loaded"; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /lower
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work root /root
for each in proc sys dev; do mount --bind /$each /root/$each; done
mkdir -p /root/lib/modules
mount --bind "/root$modules" /root/lib/modules
# The project is where it was, and if that is below /tmp.
mkdir /project
mount --bind "/root$project" /project
for each in tmp run etc/iscsi; do mount -t tmpfs tmpfs /root/$each; done
mkdir -p "/root$project"
mount --move /project "/root$project"
mkdir /root/run/lock
ip link set lo up
cd /root
chroot /root /bin/sh -c "cd '$project' && exec env CI=true PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp '$node' ${run//,/ }" > /dev/ttyS1 2>&1
echo "storwarden: ended with $?" > /dev/ttyS1
sync
echo o > /proc/sysrq-trigger
sleep 60

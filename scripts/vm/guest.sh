#!/bin/sh
# The guest's first process once its root stands: what a running system has, then the checks, then the end of the machine.

export PATH=/gate-reader/node_modules/.bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8
mount -t tmpfs tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
modprobe configfs
mount -t configfs configfs /sys/kernel/config
mount -t debugfs debugfs /sys/kernel/debug
# Where /etc/alternatives, which is not here, points for libraries that ffmpeg needs.
ldconfig /usr/lib/*/blas /usr/lib/*/lapack
# The report goes through a port of its own, byte for byte; the console is for people.
stty -F "/dev/$GATE_READER_VM_REPORT" raw -echo
cd /gate-reader || /busybox poweroff -f
NODE_COMPILE_CACHE=/tmp/node-cache node test/vm/guest.child.ts
echo "guest: the checks ended with $?"
/busybox poweroff -f

#!/bin/sh
# First process of the guest, out of the initramfs: reaches the host's folders, builds the guest's root and goes there.
# Guarantees: nothing of the host is written to; whatever fails ends the machine with a message on the console.
set -u

export PATH=/bin
fail() { echo "init: $*"; poweroff -f; }

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do
  insmod "/modules/$module" || fail "can't load $module"
done </modules/order

share() { mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose "$1" "$2" || fail "can't mount the host's $1"; }

# A writable look of a read-only folder: changes stay in the guest's memory.
overlay() {
  mkdir -p "/new/.layers/$1/lower" "/new/.layers/$1/upper" "/new/.layers/$1/work" "/new/$1"
  share "$1" "/new/.layers/$1/lower"
  mount -t overlay overlay -o "lowerdir=/new/.layers/$1/lower,upperdir=/new/.layers/$1/upper,workdir=/new/.layers/$1/work" "/new/$1" ||
    fail "can't lay over $1"
}

mount -t tmpfs -o mode=755 tmpfs /new
overlay usr
overlay gate-reader
cd /new || fail 'no new root'
mkdir -p proc sys dev run tmp etc root var/tmp home
ln -s usr/bin usr/sbin usr/lib .
[ -e usr/lib64 ] && ln -s usr/lib64 .
release=$(cat /proc/sys/kernel/osrelease)
mkdir -p "usr/lib/modules/$release"
share modules "usr/lib/modules/$release"
cp /bin/busybox busybox
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo '127.0.0.1 localhost' >etc/hosts
ip link set lo up
for each in proc sys dev; do mount -o move "/$each" "/new/$each"; done
exec switch_root /new /bin/sh /gate-reader/scripts/vm/guest.sh

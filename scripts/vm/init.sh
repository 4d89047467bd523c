#!/bin/sh
# First process of the guest, out of the initramfs: reaches its folders, builds the guest's root and goes there.
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

# A device that the kernel may still be looking for.
block() {
  tries=0
  until [ -b "/dev/$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 300 ] || fail "no /dev/$1 after 30 s"
    sleep 0.1
  done
}

# One of the host's folders, as the host gives it.
share() {
  case $GATE_READER_VM_FOLDERS in
    share)
      mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose "$1" "$2" || fail "can't mount the host's $1"
      ;;
    card)
      mount -o bind "/card/$1" "$2" || fail "the card has no $1"
      ;;
    *) fail "GATE_READER_VM_FOLDERS=$GATE_READER_VM_FOLDERS: wanted share or card" ;;
  esac
}

# A writable look of a read-only folder: changes stay in the guest's memory.
overlay() {
  mkdir -p "/new/.layers/$1/lower" "/new/.layers/$1/upper" "/new/.layers/$1/work" "/new/$1"
  share "$1" "/new/.layers/$1/lower"
  mount -t overlay overlay -o "lowerdir=/new/.layers/$1/lower,upperdir=/new/.layers/$1/upper,workdir=/new/.layers/$1/work" "/new/$1" ||
    fail "can't lay over $1"
}

if [ "$GATE_READER_VM_FOLDERS" = card ]; then
  block mmcblk0
  mkdir /card
  mount -t ext4 -o ro /dev/mmcblk0 /card || fail "can't mount the card"
fi
mount -t tmpfs -o mode=755 tmpfs /new
overlay usr
overlay gate-reader
mkdir -p /new/gate-reader/node_modules
share node-modules /new/gate-reader/node_modules
cd /new || fail 'no new root'
mkdir -p proc sys dev run tmp etc root var/tmp home disk
ln -s usr/bin usr/sbin usr/lib .
[ -e usr/lib64 ] && ln -s usr/lib64 .
release=$(cat /proc/sys/kernel/osrelease)
mkdir -p "usr/lib/modules/$release"
share modules "usr/lib/modules/$release"
cp /bin/busybox busybox
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo '127.0.0.1 localhost' >etc/hosts
block "$GATE_READER_VM_DISK"
mount -t ext4 "/dev/$GATE_READER_VM_DISK" disk || fail "can't mount the disk"
ip link set lo up
for each in proc sys dev; do mount -o move "/$each" "/new/$each"; done
exec switch_root /new /bin/sh "/gate-reader/${GATE_READER_VM_GUEST:-scripts/vm/guest.sh}"

#!/bin/sh
# The guest whose power is cut: codes without end into a daemon whose journal is on the guest's disk. Each line of feedback leaves
# the machine through the report port as it is shown.

export PATH=/gate-reader/node_modules/.bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 NODE_COMPILE_CACHE=/tmp/node-cache
mount -t tmpfs tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
stty -F "/dev/$GATE_READER_VM_REPORT" raw -echo
cat >/tmp/reader.yaml <<'END'
site: truong-gia-dinh
reader: power
scanners: [{ id: stdin, kind: stdin, direction: in }]
admission: { accept: { cccd: record }, antiPassback: 'off' }
uplink: { broker: 'mqtt://127.0.0.1:1' }
console: 'off'
END
number=$GATE_READER_VM_FROM
while :; do
  printf '001099%06d||Nguyễn Thị Mẫu|01011999|Nữ|Số 1, Phố Giả Định, Hà Nội|01012022\n' "$number"
  number=$((number + 1))
  sleep 0.05
done | /gate-reader/scripts/gate-reader run --config /tmp/reader.yaml --data /disk/reader \
  >"/dev/$GATE_READER_VM_REPORT" 2>/dev/console
echo "guest: the daemon ended"
/busybox poweroff -f

#!/usr/bin/env bash
# A Slurm of two nodes, n1 and n2, on this machine alone, for the tests.
#
#   cluster.sh up FOLDER        start it; SLURM_CONF is FOLDER/slurm.conf
#   cluster.sh down FOLDER      end its daemons, and no others
#   cluster.sh node FOLDER n2   start the daemon of a node again
#
# Nothing is written outside FOLDER, and names of nodes need not resolve. Debian's
# slurmd can be several on one machine. Nothing is enforced: no memory, no binding.
set -euo pipefail
verb=$1 folder=$(realpath -m "$2")
export SLURM_CONF=$folder/slurm.conf
PATH=$PATH:/usr/sbin

end() {  # the daemon whose number stands in a file; it has nothing that is worth saving
    kill -9 "$(cat "$1" 2>/dev/null)" 2>/dev/null || true
}

install_missing() {
    command -v slurmctld >/dev/null && command -v munged >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "no Slurm here, and only root on Debian can install one" >&2
        exit 3
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
}

configure() {
    local host user
    host=$(hostname -s) user=$(id -un)
    cat > "$SLURM_CONF" <<CONF
ClusterName=tests
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge.sock
AccountingStorageType=accounting_storage/none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# the machine may have fewer cores than its two nodes say
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdTimeout=5
KillWait=10
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$(($1 + 1))-$(($1 + 2))] CPUs=4
PartitionName=tests Nodes=ALL Default=YES MaxTime=01:00:00
CONF
}

case $verb in
up)
    install_missing
    rm -rf "$folder"
    mkdir -p "$folder/state"
    configure "${3:-17610}"
    dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 status=none
    chmod 0400 "$folder/munge.key"
    mkdir -m 0700 "$folder/munge"
    munged --key-file="$folder/munge.key" --socket="$folder/munge.sock" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munge/log" \
        --seed-file="$folder/munge/seed"
    slurmctld
    for node in n1 n2; do slurmd -N $node; done
    for _ in $(seq 120); do
        [ "$(sinfo --noheader --states=idle --format=%D 2>/dev/null)" = 2 ] && exit
        sleep 0.25
    done
    tail -n 20 "$folder"/*.log >&2
    exit 1
    ;;
node)
    slurmd -N "$3"
    ;;
down)
    for daemon in slurmctld slurmd-n1 slurmd-n2 munged; do end "$folder/$daemon.pid"; done
    ;;
esac

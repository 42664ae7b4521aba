#!/bin/bash
# Deletes its own cluster once it is older than the given minutes, whatever has become of Mayfly.
# Runs as an initialization action: on every host, and returns at once; only the master goes on, in the background.
set -u
minutes=${1:?usage: self-destruct.sh MINUTES}
case "${ROLE:-masternode}" in
  *master*) ;;
  *) exit 0 ;;
esac
: "${CLUSTER_ID:?is set for initialization actions}"

wait_and_delete() {
  sleep $((minutes * 60))
  yc config profile create mayfly-self-destruct
  yc config set instance-service-account true
  until yc dataproc cluster delete --id "$CLUSTER_ID" --async; do
    sleep 60
  done
}

export CLUSTER_ID minutes
export -f wait_and_delete
nohup setsid bash -c wait_and_delete >/tmp/mayfly-self-destruct.log 2>&1 </dev/null &

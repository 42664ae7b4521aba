"""Artifacts with MLflow's client: 1 GB through the proxy, and files in parts, both ways."""

import hashlib
import os
import tempfile

CHUNK = 10 << 20
os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = str(CHUNK)
os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = str(CHUNK)
os.environ["MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE"] = str(CHUNK)
os.environ["MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE"] = str(CHUNK)

import mlflow
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

passed = 0
completed = []


def check(name, condition):
    global passed
    assert condition, name
    passed += 1
    print(f"  ok   {name}")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def counted(method):
    def call(self, *arguments, **named):
        completed.append(method.__name__)
        return method(self, *arguments, **named)

    return call


for name in ("complete_multipart_upload", "_multipart_download"):
    setattr(HttpArtifactRepository, name, counted(getattr(HttpArtifactRepository, name)))

print(f"mlflow {mlflow.__version__}, artifacts, against {os.environ['MLFLOW_TRACKING_URI']}")
mlflow.set_experiment("artifacts")
with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
    block = os.urandom(1 << 20)
    for name, megabytes in (("large.bin", 1024), ("in parts.bin", 35)):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            for n in range(megabytes):
                file.write(n.to_bytes(4, "big") + block[4:])
        parts = name != "large.bin"
        os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = str(parts).lower()
        os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"] = str(parts).lower()
        mlflow.log_artifact(path, "some/folder")
        back = mlflow.artifacts.download_artifacts(
            run_id=run.info.run_id, artifact_path=f"some/folder/{name}", dst_path=os.path.join(folder, "back")
        )
        check(f"{megabytes} MB come back byte by byte{', in parts' if parts else ''}", digest(back) == digest(path))
check("the second was sent and fetched in parts", completed == ["complete_multipart_upload", "_multipart_download"])
print(f"{passed} passed, 0 failed")

# Everything here is a short name for a command that also works without make.
.DEFAULT_GOAL := help
.PHONY: ui screenshots packages help build demo fix check soak chaos fuzz sbom mutants test-spark-3.3 conformance conformance-all bench-start bench-engine bench-memory bench-tracking bench-accounts bench-limit bench-scale bench-creates bench-train clean

help: ## Print this help
	@grep -E '^[a-z0-9.-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-16s %s\n", $$1, $$2}'

build: ## Build without tests, laying everything out under dist/
	mvn -B -ntp -DskipTests package

demo: ## Run one whole retraining (./mayfly demo)
	./mayfly demo

fix: ## Format sources and poms
	mvn -B -ntp -q spotless:apply

check: ## What CI runs
	.ci/run

test-spark-3.3: ## The jobs' tests on the Spark of older images
	mvn -B -ntp -pl jobs test -Pspark-3.3

soak: ## 100,000 simulated installations from a random seed (about 20 minutes on 2 cores; SEED=N, SEEDS=N)
	mvn -B -ntp -pl engine,yandex-api,server test -Dtest='SimulationTest#nothing*' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dmayfly.seeds=$(or $(SEEDS),100000) -Dmayfly.seed=$(or $(SEED),random)
	@grep -h 'seeds from' server/target/surefire-reports/*SimulationTest-output.txt

chaos: ## 200 real kill -9 of a real server, and 50 of its database (about 30 minutes)
	mvn -B -ntp verify -Dtest='ChaosTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmayfly.kills=200 -Dmayfly.databaseKills=50
	@grep -hE 'seed|kills' e2e/target/surefire-reports/*ChaosTest-output.txt

sbom: ## What Mayfly is made of, with licences (CycloneDX, target/mayfly-sbom.json)
	mvn -B -ntp -q org.cyclonedx:cyclonedx-maven-plugin:makeAggregateBom
	@python3 -c "import json; print(len(json.load(open('target/mayfly-sbom.json'))['components']), 'components in target/mayfly-sbom.json')"

fuzz: ## 1,000 requests to each route, most of them bent: none may be answered that the server failed (about 25 minutes; SEED=N, REQUESTS=N)
	mvn -B -ntp -pl api,engine,yandex-api,server test -Dtest='FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dmayfly.fuzz=$(or $(REQUESTS),1000) $(if $(SEED),-Dmayfly.seed=$(SEED))
	@grep -hE 'seed|requests' server/target/surefire-reports/*FuzzTest-output.txt

mutants: ## Mutation testing of the pure core, with its score
	mvn -B -ntp -Pmutants -pl engine,yandex-api,server test-compile org.pitest:pitest-maven:mutationCoverage \
	  -DfailWhenNoMutations=false \
	  -DtargetClasses='dev.mayfly.engine.TriggerRule*,dev.mayfly.engine.Retry,dev.mayfly.engine.Next,dev.mayfly.cluster.ClusterStep,dev.mayfly.capacity.Capacity,dev.mayfly.capacity.Resources' \
	  -DtargetTests='dev.mayfly.engine.TriggerRuleTest,dev.mayfly.engine.RetryTest,dev.mayfly.engine.NextTest,dev.mayfly.cluster.ClusterStepTest,dev.mayfly.capacity.CapacityTest' \
	  | grep -E 'mutations Killed|Test strength|ERROR\]'

ui: ## The pages in a real browser (Chromium; about 2 minutes)
	mvn -B -ntp verify -Pui -pl e2e -am -Dtest=PagesTest -Dsurefire.failIfNoSpecifiedTests=false $(if $(SCREENSHOTS),-Dmayfly.screenshots=$(SCREENSHOTS))

screenshots: ## Draw every page into target/screenshots, light, dark and narrow
	$(MAKE) ui SCREENSHOTS=$(CURDIR)/target/screenshots

conformance: ## MLflow's clients against running servers, every reply compared with a live MLflow's (in CI, too)
	conformance/run

packages: ## A Python team's tools against the index, and its script on a cluster (in CI, too; about 2 minutes)
	conformance/packages

conformance-all: ## What people do with four generations of MLflow's clients, in full (about 40 minutes)
	bash -c '. conformance/environments && for version in 2.17 2.22 3.17 3.18; do environment $$version; done'
	for version in 2.17 2.22 3.17 3.18 java; do conformance/live $$version || exit 1; done

bench-start: ## How long the server takes to be ready
	mvn -B -ntp -q -Pbench -DskipTests package
	java -cp bench/target/classes dev.mayfly.bench.StartServer ./mayfly

bench-engine: ## How fast runs get on, with PostgreSQL on the same machine
	mvn -B -ntp -q -Pbench -DskipTests package
	java -Xmx512m -cp "bench/target/classes:server/target/mayfly-server-0.1.0-tests.jar:dist/server/*" dev.mayfly.bench.EngineBench

bench-memory: ## How much memory the server takes with 10,000 finished runs
	mvn -B -ntp -q -Pbench -DskipTests package
	java -cp "bench/target/classes:dist/server/*" dev.mayfly.bench.ServerMemory ./mayfly

bench-tracking: ## Mayfly beside MLflow's own server (needs python3; about 20 minutes; STEPS=day: only those with this word)
	mvn -B -ntp -q -Pbench -DskipTests package
	bash -c '. conformance/environments && environment 3.18 && $$uv pip install -q --python .venv/mlflow-3.18/bin/python psycopg2-binary'
	java -cp "bench/target/classes:dist/server/*" dev.mayfly.bench.TrackingBench ./mayfly .venv/mlflow-3.18/bin/mlflow $(STEPS)

bench-accounts: ## What signing in costs: calls with a token beside calls without accounts (about 5 minutes; STEPS=get: only those with this word)
	mvn -B -ntp -q -Pbench -DskipTests package
	java -cp "bench/target/classes:dist/server/*" dev.mayfly.bench.AccountsBench ./mayfly $(STEPS)

bench-limit: ## Mayfly beside the same statements by pgbench (PGBENCH=path; about 3 minutes)
	mvn -B -ntp -q -Pbench -DskipTests package
	java -cp "bench/target/classes:dist/server/*" dev.mayfly.bench.LimitBench ./mayfly $(or $(PGBENCH),$(shell ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null | tail -1))

bench-scale: ## Tracking with a million runs and 100,000,000 points (about 20 minutes, 40 GB of disk)
	mvn -B -ntp -q -Pbench -DskipTests package
	java -Xmx512m -cp "bench/target/classes:dist/server/*" dev.mayfly.bench.TrackingScale ./mayfly

bench-creates: ## A million equal creates by 32 processes: as many ids (about 15 minutes)
	mvn -B -ntp -q -Pbench -DskipTests package
	java -Xmx512m -cp bench/target/classes dev.mayfly.bench.DistinctCreates ./mayfly

bench-train: ## Cleaning and training beside the recipe they replace (TRANSACTIONS=folder, or simulate:CUSTOMERS:DAYS; PYTHON=one with polars, pandas, xgboost, scikit-learn)
	mvn -B -ntp -q -Pbench -DskipTests package
	java -cp "$(CURDIR)/dist/spark/jars/*:dist/jobs/mayfly-jobs.jar:bench/target/classes" dev.mayfly.bench.TrainBench ./mayfly bench/target/train $(or $(TRANSACTIONS),simulate:50000:183) $(or $(ROUNDS),1) "$(PYTHON)" bench/src/main/python/without_a_cluster.py

clean: ## Remove everything that the build made
	mvn -B -ntp -q clean
	rm -rf dist

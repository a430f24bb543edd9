// Jobs as Kubernetes CronJobs. Pure.

import { stringify } from "yaml";
import { expressionOf, type Job, type Place } from "./job.ts";

/** Definitions come from a ConfigMap or volume of the image's maker; secrets from the Secret "tandem". */
const cronJob = (job: Job, place: Place, image: string): unknown => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: job.name, labels: { "app.kubernetes.io/name": "tandem" }, ...(job.about === "" ? {} : { annotations: { description: job.about } }) },
  spec: {
    schedule: expressionOf(job.fields),
    timeZone: job.zone,
    concurrencyPolicy: "Forbid",
    // Below 10 the controller, which looks every 10 seconds, would miss starts.
    startingDeadlineSeconds: job.fields.minute.length === 60 ? 60 : 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: place.limitSeconds,
        template: {
          spec: {
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 15,
            containers: [{ name: "tandem", image, workingDir: place.directory, command: [...job.words], envFrom: [{ secretRef: { name: "tandem" } }] }],
          },
        },
      },
    },
  },
});

/** File name → content. */
export const renderKubernetes = (jobs: readonly Job[], place: Place, image: string): Readonly<Record<string, string>> => Object.fromEntries(jobs.map((job) => [`${job.name}.yaml`, stringify(cronJob(job, place, image), { lineWidth: 0 })]));

// Jobs as Kubernetes CronJobs. Pure.

import { stringify } from "yaml";
import { expressionOf, type Job, type Place } from "./job.ts";

/** How late a start may be. Below 10 the controller, which looks every 10 seconds, would miss starts; what has to be over at 01:00 is not begun after it. */
const deadlineOf = ({ fields: { hour, minute } }: Job): number => {
  if (minute.length === 60) return 60;
  return hour.includes(0) && !hour.includes(1) ? Math.min(3600, (60 - (minute.at(-1) ?? 0)) * 60) : 3600;
};

/** Definitions come from a ConfigMap or volume of the image's maker; secrets from the Secret "tandem". */
const cronJob = (job: Job, place: Place, image: string): unknown => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: job.name, labels: { "app.kubernetes.io/name": "tandem" }, ...(job.about === "" ? {} : { annotations: { description: job.about } }) },
  spec: {
    schedule: expressionOf(job.fields),
    timeZone: job.zone,
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: deadlineOf(job),
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
